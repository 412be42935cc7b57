/*
 * A list in a comment is no patch:
- neither this
+ nor this
 */
spinlock_t lock;
u8 x;
u8 y = 1
+ 2;
@@ -12,7 +12,8 @@ static void set(void)
 CPU(0, "setter") {
 	spin_lock(&lock);
-	x = 1;
+	x = 2;
+	/* what is wrong with the code is told, too */
+	x = ;
 	spin_unlock(&lock);
 }
