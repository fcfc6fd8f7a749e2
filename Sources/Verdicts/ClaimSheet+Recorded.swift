import History

extension ClaimSheet {
    /// The sheet as it stands in a history.
    public var recorded: RecordedClaims {
        RecordedClaims(
            directives: Dictionary(uniqueKeysWithValues: directives.map { ($0.rawValue, $1) }),
            omissions: Dictionary(uniqueKeysWithValues: omissions.map { ($0.rawValue, $1) }), scope: scope,
            faults: faults, remedies: remedies,
            sayings: sayings.map {
                RecordedClaims.Saying(says: $0.says, cause: $0.cause.rawValue, remedy: $0.remedy)
            })
    }

    /// The sheet that a history holds; features and causes that this build does not know are left out.
    public init(_ recorded: RecordedClaims) {
        self.init(
            directives: Self.byFeature(recorded.directives),
            omissions: Self.byFeature(recorded.omissions),
            scope: recorded.scope, faults: recorded.faults, remedies: recorded.remedies,
            sayings: recorded.sayings.compactMap { saying in
                CauseKind(rawValue: saying.cause).map {
                    BalancerSaying(says: saying.says, cause: $0, remedy: saying.remedy)
                }
            })
    }

    private static func byFeature<Value>(_ values: [String: Value]) -> [Feature: Value] {
        Dictionary(
            uniqueKeysWithValues: values.compactMap { name, value in Feature(rawValue: name).map { ($0, value) } })
    }
}
