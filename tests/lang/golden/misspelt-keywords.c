u8 x;

u8 twice(u8 value)
{
	whlie (value < 4) {
		value += 1;
	}
	fi (value == 4)
		value = 5;
	if (value == 6) {
		brake;
	} esle {
		contineu;
	}
	swich (value) {
	case 1:
		value = 0;
	}
	goot out;
out:
	retrun value;
}
