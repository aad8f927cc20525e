# The verbs of the project. `make help` lists them; every verb sets up what it needs first.
SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin
CODE := $(wildcard services gateway documents locales sample deploy qidi bench tests)
# somebody else's broker or database seats one authority, the private ones the whole chain
LEVELS ?= $(if $(QIDI_AMQP_URL)$(QIDI_DATABASE_URL),1,3)
NODES ?= 1
QUICK := $(wildcard tests/unit tests/contracts tests/architecture)

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run test faults check bench docs fmt doctor clean

help: ## list these verbs / 列出全部命令
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## install everything that running needs / 安装运行所需的一切
	@$(PYTHON) -m deploy.setup run

setup-dev:
	@$(PYTHON) -m deploy.setup check

run: setup ## start region, city and banner (LEVELS=1: banner alone; NODES=3: three brokers) / 启动三级实例
	@exec $(BIN)/qidi up --levels $(LEVELS) --nodes $(NODES)

test: ## install what tests need and run every test / 安装测试所需并运行全部测试
	@$(PYTHON) -m deploy.setup test
	@exec $(BIN)/python -m tests.stages

faults: ## the link over a bad network: namespaces, delay, loss, duplicates; needs root / 网络故障测试，需要 root
	@$(PYTHON) -m deploy.setup faults
	@exec $(BIN)/python -m tests.network

check: setup-dev ## format, lint, types, imports, quick tests / 格式、规范、类型、依赖方向、快速测试
	@$(BIN)/ruff format --check $(CODE)
	@$(BIN)/ruff check $(CODE)
	@$(BIN)/mypy $(CODE)
	@$(BIN)/lint-imports
	@QIDI_LAWS=brief $(BIN)/python -m pytest -q -n 2 --dist loadfile -m "not lengthy" $(QUICK)

bench: setup-dev ## measure and print one line per figure / 性能测量
	@exec $(BIN)/python -m bench

docs: setup-dev ## write the pages that follow from the code: API, events, rights, states of a case / 生成接口、事件、权限和状态文档
	@$(BIN)/qidi contracts && $(BIN)/qidi openapi && $(BIN)/qidi rights && $(BIN)/qidi states

fmt: setup-dev ## format the code / 整理代码格式
	@$(BIN)/ruff format $(CODE)
	@$(BIN)/ruff check --fix $(CODE)

doctor: setup ## check a running authority and say what to do / 检查运行状况并给出办法
	@exec $(BIN)/qidi doctor

clean: ## remove caches and the virtual environment, keep var/ / 清理缓存与虚拟环境，保留数据
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis gateway/board/static/vendor *.egg-info
