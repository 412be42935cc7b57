s16 low = -128;
u16 high = 65535;
u8 x;

CPU(0, "one") { x++; }
CPU(1, "two") { x++; }

finally { assert((low << 65535) < -65536, "shifted: it is a large number still"); low <<= 65535; }
finally { assert(high * high == 65535 * 65535, "multiplied: arithmetic is exact"); high = high * high; }
finally { assert((high << 20) >> 20 == high, "there-and-back: nothing is cut off"); }
