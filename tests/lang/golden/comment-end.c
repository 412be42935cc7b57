u8 x;
/* one /* two */ three */
u8 y;
