import Claims
import History
import Verdicts

@testable import Conformance

extension EditTable {
    static let followedLoad = [
        EditRow("scaling/follows-load", .scalingOffTarget, .operations(.add).drop),
        EditRow("scaling/follows-load", .scalingStaysLarge, .operations(.remove).drop),
        EditRow("scaling/follows-load", .scalingCutsSessions, .operations(.drain).drop),
        EditRow("scaling/follows-load", .scalingDisturbsOthers, .answers(.send).of("n1").last.node(.other)),
        EditRow(
            "scaling/follows-load", .addedNodeUnused,
            .answers(.pollOpen).label("load").of("n4").node(.named("n1"))),
    ]
}
