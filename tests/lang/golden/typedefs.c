typedef unsigned long pteval_t;
typedef struct page page_t;
typedef struct pte { u8 kind; } pte_t;
typedef union { u8 low; u16 all; } both_t;
typedef enum { FIRST, SECOND } order_t;
typedef void (*callback_t)(u8);
u8 x;
