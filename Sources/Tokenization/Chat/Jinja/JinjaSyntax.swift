/// What a template consists of.
indirect enum JinjaStatement {
  case text(String)
  case output(JinjaExpression)
  case set(JinjaTarget, JinjaExpression)
  case setBlock(JinjaTarget, [JinjaStatement])
  case choice([(condition: JinjaExpression, body: [JinjaStatement])], otherwise: [JinjaStatement])
  case loop(JinjaLoop)
  case macro(JinjaMacro)
  case group([JinjaStatement])
  case leave
  case next
}

struct JinjaLoop {
  let names: [String]
  let items: JinjaExpression
  let filter: JinjaExpression?
  let body: [JinjaStatement]
  let otherwise: [JinjaStatement]
}

/// What `set` sets.
enum JinjaTarget {
  case names([String])
  case member(String, String)
}

indirect enum JinjaExpression {
  case constant(JinjaValue)
  case name(String)
  case list([JinjaExpression])
  case object([(JinjaExpression, JinjaExpression)])
  case member(JinjaExpression, String)
  case item(JinjaExpression, JinjaExpression)
  case slice(JinjaExpression, [JinjaExpression?])
  case call(JinjaExpression, JinjaArguments)
  case filter(JinjaExpression, String, JinjaArguments)
  case test(JinjaExpression, String, [JinjaExpression], isNegated: Bool)
  case not(JinjaExpression)
  case minus(JinjaExpression)
  case binary(String, JinjaExpression, JinjaExpression)
  case conditional(JinjaExpression, condition: JinjaExpression, otherwise: JinjaExpression?)
}

struct JinjaArguments {
  var plain: [JinjaExpression] = []
  var named: [(name: String, value: JinjaExpression)] = []
}
