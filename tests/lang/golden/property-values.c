u8 total;

always("bounds: total is %d", total < 3);
finally("lost: total is %d", total == 2, total);

CPU(0) { total++; }
EVENT() { total++; }
