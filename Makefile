# make run | test | setup | bench: each does all the set-up it needs. See README.md.
.PHONY: run test setup bench lock
run:
	@packaging/setup.sh run
	@packaging/run.sh $(ARGS)
test:
	@packaging/setup.sh test
	@packaging/test.sh $(ARGS)
setup:
	@packaging/setup.sh test
bench:
	@packaging/setup.sh bench
	@.venv/bin/python -m tests.benchmarks $(ARGS)
lock:
	@packaging/lock.sh
