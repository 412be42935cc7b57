/* CPU 0: giver */
active proctype a_giver()
{
end_a0:
	if
	/* a0 giver: spin_lock(&A.lock) */
	/* take A.lock */
	:: d_step { (S[41] != 1) && (S[41] == 0) ->
		S[41] = 1;
		S[4] = ((S[4] < 255) -> (S[4] + 1) : 255);
		S[1] = 1;
		skip }; goto end_a1
	fi;
end_a1:
	if
	/* a1 giver: shared */
	/* read shared */
	:: d_step { true ->
		S[45] = S[43]; S[46] = S[44]; S[1] = 2;
		skip }; goto end_a2
	fi;
end_a2:
	if
	/* a2 giver: shared->full = 1 */
	/* write shared->full */
	:: d_step { (S[45] | (S[46] << 8)) != 0 ->
		S[((S[45] | (S[46] << 8)) & 1023) + 1] = 1; S[1] = 3; S[45] = 0; S[46] = 0;
		skip }; goto end_a3
	fi;
end_a3:
	if
	/* a3 giver: spin_unlock(&A.lock) */
	/* release A.lock */
	:: d_step { true ->
		S[41] = 0;
		S[4] = (S[4] -> ((S[4] + (-1)) & 255) : 0);
		S[1] = 4;
		skip }; goto end_a4
	fi;
end_a4:
	if
	/* a4 giver: shared = NULL */
	/* write shared */
	:: d_step { true ->
		S[43] = 0; S[44] = 0; S[1] = 5;
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
	:: d_step { S[42] != 0 ->
		S[11] = 1;
		skip }; goto end_b1
	fi;
end_b1:
	if
	/* b1 taker: shared */
	/* read shared */
	:: d_step { true ->
		t0 = S[43] | (S[44] << 8); S[47] = t0 & 255; S[48] = t0 >> 8;
		if :: (S[47] | (S[48] << 8)) != 0 -> goto b1_to7 :: else -> goto b1_to8 fi;
		b1_to7: skip;
		S[11] = 2; goto b1_out;
		b1_to8: skip;
		S[11] = 3; S[47] = 0; S[48] = 0;
		b1_out: skip;
		t0 = 0;
		skip }; goto end_b2
	fi;
end_b2:
	if
	/* b2 taker: mine->full = 0 */
	/* write mine->full */
	:: d_step { (S[11] == 2) && ((S[47] | (S[48] << 8)) != 0) ->
		S[((S[47] | (S[48] << 8)) & 1023) + 1] = 0; S[11] = 3; S[47] = 0; S[48] = 0;
		skip }; goto end_b2
	fi;
}

