/// For each case, and each finding that it declares, how its good history is changed so that it comes.
enum EditTable {
    static let all =
        upgrade + tunnel + headers + paths + limits + sockJS + roundTrips + streaming + idle + ddp + stickiness
        + distribution + failover + recovery + fallback + drain + reload + scaling + restart
        + idleTimes + security + outages + followedLoad
}
