u8 x;

CPU(0, "setter") {
	x = x
- 1;
-	x--;
	x++;
}
