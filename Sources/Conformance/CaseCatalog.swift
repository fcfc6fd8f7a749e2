/// Every case there is, in the order of the catalogue.
public enum CaseCatalog {
    /// The cases.
    public static let all: [ConformanceCase] = [
        .upgradeReachesNode,
        .upgradeKeepAliveConnectionHeader,
        .upgradeRefusalPasses,
        .tunnelMessageSizes,
        .tunnelCloseCode,
        .tunnelFirstFrameWith101,
        .sockJSInfo,
        .sockJSPollingRoundTrip,
        .sockJSWebSocketRoundTrip,
        .ddpConnectAndCall,
        .stickinessPollingSameNode,
        .stickinessWebSocketFirst,
        .stickinessUnknownCookie,
        .stickinessSharedConnection,
        .distributionUsesAllNodes,
        .failoverKillMovesSessions,
        .failoverBystandersUndisturbed,
        .failoverHungNode,
        .failoverNoDuplicateSend,
        .failoverAllNodesDown,
        .recoveryReturnedNodeIsUsed,
        .fallbackUpgradeRefused,
        .fallbackUpgradeSilent,
    ]

    /// The case of this id.
    public static func named(_ id: String) -> ConformanceCase? { all.first { $0.description.id == id } }
}
