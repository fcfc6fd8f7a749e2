/// The two passes of a workload, as phases of the history.
public enum CasePhase {
    /// Straight to a node.
    public static let control = "control"
    /// Through the balancer.
    public static let balancer = "balancer"
}
