struct ops {
	int (*open)(u8 which);
	u8 good;
};
struct ops ops;
int (*hook)(u8 which);

void call(int (*which)(u8), u8 data)
{
	ops.open(1);
	(*which)(data);
}
