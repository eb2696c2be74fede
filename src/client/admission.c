/* When a session may start: see admission.h. */
#include "client/admission.h"

enum {
	/* The listen queue of the first server, of 5, has room for these. */
	FIRST_WINDOW = 4,
	/* One silent session may be bad luck. */
	TIMEOUTS_IN_A_ROW = 3,
};

void admission_init(struct admission *admission, uint64_t concurrency)
{
	*admission = (struct admission){
		.concurrency = concurrency,
		.window =
			concurrency < FIRST_WINDOW ? concurrency : FIRST_WINDOW,
	};
}

bool admission_allows(const struct admission *admission)
{
	return admission->unanswered < admission->window;
}

void admission_start(struct admission *admission)
{
	admission->unanswered++;
}

void admission_answer(struct admission *admission)
{
	admission->unanswered--;
	if (admission->window < admission->concurrency)
		admission->window++;
}

void admission_withdraw(struct admission *admission)
{
	admission->unanswered--;
}

void admission_end(struct admission *admission, bool timed_out)
{
	if (timed_out)
		admission->timeouts_in_a_row++;
	else
		admission->timeouts_in_a_row = 0;
}

bool admission_is_hopeless(const struct admission *admission)
{
	return admission->timeouts_in_a_row >= TIMEOUTS_IN_A_ROW &&
	       admission->timeouts_in_a_row >= admission->window;
}
