/// What became of nodes that joined and left with the load of a run.
public struct FollowedLoad: Codable, Sendable, Hashable {
    /// How many there were when it began.
    public var atFirst: Int
    /// Most that there were at once.
    public var most: Int
    /// How many there were at the end.
    public var atEnd: Int
    /// How many joined.
    public var joined: Int
    /// How many left.
    public var left: Int
    /// Sessions that were open on nodes when these left, their draining being over.
    public var endedSessions: Int
    /// How many times faster than documented all that was.
    public var speed: Int

    /// What became of them.
    package init(
        atFirst: Int, most: Int, atEnd: Int, joined: Int, left: Int, endedSessions: Int, speed: Int
    ) {
        self.atFirst = atFirst
        self.most = most
        self.atEnd = atEnd
        self.joined = joined
        self.left = left
        self.endedSessions = endedSessions
        self.speed = speed
    }

    /// What became of the nodes of all shards, each of which has its own.
    func merged(with other: FollowedLoad) -> FollowedLoad {
        FollowedLoad(
            atFirst: atFirst + other.atFirst, most: most + other.most, atEnd: atEnd + other.atEnd,
            joined: joined + other.joined, left: left + other.left,
            endedSessions: endedSessions + other.endedSessions, speed: speed)
    }
}
