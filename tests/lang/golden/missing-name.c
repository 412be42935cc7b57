u8;
u8 = 3;
u8 if;
enum { A, B C, };
enum kind { 1, 2 };
struct page { u8 };
struct { u8 x; };
u8 f(u8 a, b) { return a }
u8 g(u8 a u8 b) { return a; }
u8 h(u8 a[2]) { return 1; }
void v;
u8 array[2 = { 1, 2 };
u8 last;
