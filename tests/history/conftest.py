def pytest_addoption(parser):
    parser.addoption("--history-rounds", type=int, default=2, help="of each test of histories")
