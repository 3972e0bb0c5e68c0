import Prompts
import Testing

@Suite struct MutationOperatorTests {
  @Test(
    arguments: [
      (.droppedScaling, "  s = q @ k.T / math.sqrt(d)", ["  s = q @ k.T"]),
      (.droppedScaling, "x = a * b[0] + 1", ["x = a + 1"]),
      (.droppedScaling, "x = a / (b + c) * d", ["x = a * d", "x = a / (b + c)"]),
      (.droppedScaling, "def f(*a): x ** 2", []),
      (.swappedOperands, "x = a.b - c[1]", ["x = c[1] - a.b"]),
      (.swappedOperands, "f(a, b + 1)", []),
      (.swappedOperands, "y = f(a[0], b, c)", ["y = f(b, a[0], c)"]),
      (.swappedOperands, "x = a - a", []),
      (.offByOne, "for i in range(1, len(a) + 1):", ["for i in range(1, len(a)):"]),
      (.offByOne, "for i in range(n):", ["for i in range(n - 1):"]),
      (.offByOne, "x = a - 1", ["x = a"]),
      (.wrongComparison, "while a <= b:", ["while a < b:"]),
      (.wrongComparison, "vector<int> a = b == c;", ["vector<int> a = b != c;"]),
      (.misplacedNormalisation, "w = softmax(s / t)", ["w = softmax(s) / t"]),
      (.misplacedNormalisation, "m = sum(x) / n", ["m = sum(x / n)"]),
      (.misplacedNormalisation, "m = (a + b) / 2", ["m = a + b / 2"]),
      (.negatedCondition, "if not x:", ["if x:"]),
      (.negatedCondition, "    elif a > b:", ["    elif not (a > b):"]),
      (.negatedCondition, "} else if (ready) {", ["} else if (!(ready)) {"]),
      (.negatedCondition, "while ok:", ["while not ok:"]),
      (
        .wrongIndex, "x = a[i] + b[0] + c[-1]",
        [
          "x = a[i + 1] + b[0] + c[-1]", "x = a[i] + b[1] + c[-1]", "x = a[i] + b[0] + c[-2]",
        ]
      ),
      (.wrongIndex, "x = [i]", []),
      (.droppedUpdate, "total += x", ["total = x"]),
      (.wrongSign, "x = a + b - 1", ["x = a - b - 1"]),
      (.wrongSign, "x = -a", []),
      (.wrongConnective, "if a and b or c:", ["if a or b or c:", "if a and b and c:"]),
      (
        .wrongExtremum, "x = np.argmax(min(a))", ["x = np.argmin(min(a))", "x = np.argmax(max(a))"]
      ),
      (.wrongSign, "x = \"a + b\"  # a + b", []),
      (.wrongSign, "// a + b", []),
      (.wrongSign, "x = a + b // 2", ["x = a - b // 2"]),
    ] as [(MutationOperator, String, [String])])
  func mutationsAreTheExpectedOnes(
    _ mutation: MutationOperator, _ line: String, _ expected: [String]
  ) {
    #expect(mutation.mutations(of: line) == expected)
    for changed in expected {
      #expect(CodeBugChecker.accepts(mutation, from: line, to: changed), "\(changed)")
    }
  }

  /// The checker tells operators apart and does not take any change for one of them.
  @Test(
    arguments: [
      (.droppedScaling, "x = a + b", "x = a"), (.droppedScaling, "x = a / b", "x = b"),
      (.swappedOperands, "x = a - b", "x = a + b"), (.swappedOperands, "x = a + b", "x = b + a"),
      (.offByOne, "x = a + 2", "x = a"), (.wrongComparison, "a < b", "a > b"),
      (.wrongComparison, "a < b", "a <= c"),
      (.misplacedNormalisation, "x = f(a / b)", "x = f(b) / a"),
      (.negatedCondition, "if a:", "if b:"), (.negatedCondition, "x = a", "x = not a"),
      (.wrongIndex, "x = a[1]", "x = a[3]"), (.droppedUpdate, "x += 1", "x -= 1"),
      (.wrongSign, "x = a + b", "x = a * b"), (.wrongConnective, "a and b", "a and c"),
      (.wrongExtremum, "min(a)", "sum(a)"), (.wrongSign, "x = a", "x = a"),
      (.wrongSign, "x = a + b", "  x = a - b"),
    ] as [(MutationOperator, String, String)])
  func otherChangesAreRefused(_ mutation: MutationOperator, _ line: String, _ changed: String) {
    #expect(!CodeBugChecker.accepts(mutation, from: line, to: changed))
  }
}
