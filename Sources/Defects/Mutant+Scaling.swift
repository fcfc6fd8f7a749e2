import StickyProxy

extension Mutant {
    static let ofScaling: [Mutant] = [
        Mutant(
            "scale-in-disabled", breaks: "scaling/follows-load", finding: "scaling-stays-large",
            summary: "Nodes join with the load and never leave, as with DisableScaleIn of AWS's target tracking."
        ) { $0.scaling.scalesIn = false },
        Mutant(
            "scale-in-without-draining", breaks: "scaling/follows-load", finding: "scaling-cuts-sessions",
            summary: "A node that is to leave is taken out at once, as with a deregistration delay of 0."
        ) { $0.scaling.drains = false },
        Mutant(
            "scale-out-late", breaks: "scaling/follows-load", finding: "scaling-off-target",
            summary: "Nodes join only when each has ten times the requests that it is to have."
        ) { $0.scaling.tolerance = 9 },
    ]
}
