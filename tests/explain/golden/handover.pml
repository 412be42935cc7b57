/* CPU 0: giver */
active proctype a_giver()
{
end_a0:
	if
	/* a0 giver: spin_lock(&A.lock) */
	/* take A.lock */
	:: d_step { (S[25] != 1) && (S[25] == 0) ->
		S[25] = 1; S[1] = 1;
		skip }; goto end_a1
	fi;
end_a1:
	if
	/* a1 giver: shared */
	/* read shared */
	:: d_step { true ->
		S[29] = S[27]; S[30] = S[28]; S[1] = 2;
		skip }; goto end_a2
	fi;
end_a2:
	if
	/* a2 giver: shared->full = 1 */
	/* write shared->full */
	:: d_step { (S[29] | (S[30] << 8)) != 0 ->
		S[((S[29] | (S[30] << 8)) & 1023) + 1] = 1; S[1] = 3; S[29] = 0; S[30] = 0;
		skip }; goto end_a3
	fi;
end_a3:
	if
	/* a3 giver: spin_unlock(&A.lock) */
	/* release A.lock */
	:: d_step { true ->
		S[25] = 0; S[1] = 4;
		skip }; goto end_a4
	fi;
end_a4:
	if
	/* a4 giver: shared = NULL */
	/* write shared */
	:: d_step { true ->
		S[27] = 0; S[28] = 0; S[1] = 5;
		skip }; goto end_a5
	fi;
end_a5:	false
}

/* CPU 1: taker */
active proctype b_taker()
{
end_b0:
	if
	/* b0 taker: wait_until(A.full) */
	/* wait until A.full */
	:: d_step { S[26] != 0 ->
		S[7] = 1;
		skip }; goto end_b1
	fi;
end_b1:
	if
	/* b1 taker: shared */
	/* read shared */
	:: d_step { true ->
		t0 = S[27] | (S[28] << 8); S[31] = t0 & 255; S[32] = t0 >> 8;
		if :: (S[31] | (S[32] << 8)) != 0 -> goto b1_to7 :: else -> goto b1_to8 fi;
		b1_to7: skip;
		S[7] = 2; goto b1_out;
		b1_to8: skip;
		S[7] = 3; S[31] = 0; S[32] = 0;
		b1_out: skip;
		t0 = 0;
		skip }; goto end_b2
	fi;
end_b2:
	if
	/* b2 taker: mine->full = 0 */
	/* write mine->full */
	:: d_step { (S[7] == 2) && ((S[31] | (S[32] << 8)) != 0) ->
		S[((S[31] | (S[32] << 8)) & 1023) + 1] = 0; S[7] = 3; S[31] = 0; S[32] = 0;
		skip }; goto end_b2
	fi;
}

