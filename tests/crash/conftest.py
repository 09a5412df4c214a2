def pytest_addoption(parser):
    parser.addoption("--crash-rounds", type=int, default=25, help="rounds of each crash test")
