import Claims
import StickyProxy

extension Profile {
    /// Nodes that join and leave with the load, as in an Auto Scaling group of AWS.
    static let autoScaling = Profile(
        name: "auto-scaling",
        summary: "Nodes join and leave with their requests a second: target tracking, warm-up, cool-downs, draining.",
        behavior: {
            var behavior = Behavior.reference
            behavior.scaling = ScalingRules()
            return behavior
        }(),
        startsNodes: true,
        claims: {
            var claims = ClaimSheet.system(
                "an Auto Scaling group",
                [
                    .pollingStickiness: "stickiness.enabled=true of the target group",
                    .clientAffinity: "stickiness.enabled=true and stickiness.type=lb_cookie of the target group",
                    .activeHealthCheck: "HealthCheckType=ELB and HealthCheckIntervalSeconds of the target group",
                    .distribution: "TargetValue of ALBRequestCountPerTarget, MinSize and MaxSize",
                ],
                faults: FaultClaims(
                    failover: .rehome, killedMilliseconds: 3_000, hungMilliseconds: 6_000, returnedMilliseconds: 5_000),
                remedies: [
                    "scaling": """
                    TargetValue of ALBRequestCountPerTarget, MinSize, MaxSize, DisableScaleIn=false
                    deregistration_delay.timeout_seconds=300
                    """
                ])
            claims.verbs = [.scale, .add, .drain, .undrain, .remove]
            return claims
        }(),
        documents: AutoScalingDocument.all, inferred: AutoScalingDocument.inferred,
        predictions: [
            Prediction(
                .unsupported, ["stickiness/first-requests"],
                because: "Sticky sessions: it goes by a cookie, which a first request can not have")
        ])
}

private enum AutoScalingDocument {
    static let user = "https://docs.aws.amazon.com/autoscaling/ec2/userguide"
    static let all = [
        Profile.Document(
            "Target tracking scaling policies (ALBRequestCountPerTarget; out as fast as it can, in more gradually)",
            "\(user)/as-scaling-target-tracking.html"),
        Profile.Document(
            "Default instance warmup (300 s unless set; not measured meanwhile, part of the capacity, no scale-in)",
            "\(user)/ec2-auto-scaling-default-instance-warmup.html"),
        Profile.Document(
            "TargetTrackingScalingPolicyConfiguration (ScaleOutCooldown, ScaleInCooldown, DisableScaleIn)",
            "https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-target-tracking.html"
        ),
        Profile.Document(
            "Horizontal Pod Autoscaling (ceil(current × measured / target), tolerance 0.1)",
            "https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/"),
        Profile.Document(
            "Deregistration delay (300 s; at once where nothing is under way)",
            "awsdocs/elb-application-load-balancers-user-guide doc_source/load-balancer-target-groups.md"),
        Profile.Document(
            "Sticky sessions", "awsdocs/elb-application-load-balancers-user-guide doc_source/sticky-sessions.md"),
        Profile.Document(
            "Backend settings (requests bound by affinity go on to a node that is deregistering)",
            "MicrosoftDocs/azure-docs articles/application-gateway/configuration-http-settings.md"),
    ]
    static let inferred = [
        "the balancer before the group is the reference proxy, whose nodes keep the clients of their cookies while they "
            + "drain, as Azure's do; an ALB moves them at once",
        "three measurements in a row above the target, fifteen below it: AWS's alarms are so, and not documented",
        "3 nodes at least, 5 at most, 1 000 requests a minute for each: only the last is an example of the documents",
        "a larger scale-out, which alone breaks a cool-down, asks for more nodes at once than the last one",
        "the node that came last leaves first, one at a time, and none while another one drains",
        "a node is empty where it had nothing under way and no request from one measurement to the next",
        "messages on a WebSocket are no requests: its upgrade is one",
        "a node that dies is not replaced",
    ]
}
