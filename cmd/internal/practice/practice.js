// Sends the answer of a sign-in on to Rollcall at once.
document.querySelector('form[data-answer]')?.submit();
