/*--- file: includes.c ---*/
#include "lib/page.c"
#include "../etc/passwd"
#include "/etc/passwd"
#include "lib/pages"
#include lib/pages.c
#include

CPU(0, "counter") { cover("done"); }
/*--- file: lib/pages.c ---*/
u8 x;
/*--- file: ../evil.c ---*/
u8 y;
