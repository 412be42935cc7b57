/*--- file: duplicates.c ---*/
#include "lib/pages.c"
#define COUNT 3

struct page { u8 other; };
enum kind { FREE, USED };
enum state { USED, GONE };

void touch(void) { }
u8 touch;
u8 COUNT;
POOL(struct page, 2, "P");
POOL(struct page, 2, "P");

CPU(0, "counter") { touch(); }
/*--- file: lib/pages.c ---*/
#define COUNT 4
#define SIZE 4
#define SIZE 5
struct page { u8 data; };
void touch(void) { }
__weak void hook(void) { }
__weak void hook(void) { }
