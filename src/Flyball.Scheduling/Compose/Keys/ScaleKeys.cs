using static Flyball.Scheduling.Compose.Keys.KeyRule;

namespace Flyball.Scheduling.Compose.Keys;

/// <summary>The part of the key table below <c>x-scale</c>.</summary>
internal static class ScaleKeys
{
    /// <summary>The key itself, below a service.</summary>
    public const string Root = "x-scale";

    /// <summary>Paths relative to <c>services.*</c>.</summary>
    public static IEnumerable<KeyRule> All =>
    [
        Supported(Root, "how the replicas follow the load; see [scaling.md](scaling.md)"),
        Supported("x-scale.mode", "`act` (default), `advise` or `off`"),
        Supported("x-scale.min", "default 1; `0` lets the last replica go while nothing asks for it"),
        Supported("x-scale.idle", "for `min: 0`, how long nothing may have asked; default 5 m"),
        Supported("x-scale.max", "must be given"),
        Supported("x-scale.rules", "`cpu > 80%`, or a map", MergeRule.Replace),
        Supported("x-scale.rules.when", "`SIGNAL > NUMBER` or `PROMQL > NUMBER`; `<` scales down"),
        Supported("x-scale.rules.for", "default 1 m, for `<` 5 m"),
        Supported("x-scale.rules.step", "replicas, default 1"),
        Supported("x-scale.rules.percent", "instead of step"),
        Supported("x-scale.rules.cooldown", "default 1 m, for `<` 5 m"),
        Supported("x-scale.target"),
        Supported("x-scale.target.cpu", "a share of the limit"),
        Supported("x-scale.target.memory", "a share of the limit"),
        Supported("x-scale.target.requests_per_second", "of one replica"),
        Supported("x-scale.target.concurrency", "requests in progress of one replica"),
        Supported("x-scale.target.queries", "", MergeRule.Replace),
        Supported("x-scale.target.queries.query", "PromQL that gives one value"),
        Supported("x-scale.target.queries.per_replica", "one replica's part of the value"),
        Supported("x-scale.target.queries.value", "the value itself"),
        Supported("x-scale.target.tolerance", "default 10%"),
        Supported("x-scale.behaviour"),
        .. Behaviour("up", "default 0"),
        .. Behaviour("down", "default 5 m"),
        Supported("x-scale.schedules", "", MergeRule.Replace),
        Supported("x-scale.schedules.at", "five fields of cron"),
        Supported("x-scale.schedules.for", "how long the minimum holds"),
        Supported("x-scale.schedules.min"),
        Supported("x-scale.schedules.zone", "default UTC"),
        Supported("x-scale.predict", "`true`, or a map"),
        Supported("x-scale.predict.horizon", "`auto` (default) is the measured start-up time and one interval"),
        Supported("x-scale.predict.risk", "default 1%"),
        Supported("x-scale.predict.season", "in which time demand repeats, default a day; at least 24 intervals"),
        Supported("x-scale.predict.after", "default 6 h, a quarter of a day; of another season, a quarter of that"),
        Supported("x-scale.predict.demand", "PromQL of the work that arrives, a second"),
        Supported("x-scale.slo"),
        Supported("x-scale.slo.latency"),
        Supported("x-scale.slo.quantile", "default 95%"),
        Supported("x-scale.slo.utilisation", "default the target for cpu, or 80%"),
    ];

    private static IEnumerable<KeyRule> Behaviour(string direction, string window) =>
    [
        Supported($"x-scale.behaviour.{direction}"),
        Supported($"x-scale.behaviour.{direction}.window", window),
        Supported($"x-scale.behaviour.{direction}.limits", "", MergeRule.Replace),
        Supported($"x-scale.behaviour.{direction}.limits.replicas"),
        Supported($"x-scale.behaviour.{direction}.limits.percent"),
        Supported($"x-scale.behaviour.{direction}.limits.period", "default 15 s"),
        Supported($"x-scale.behaviour.{direction}.select", "`max` (default), `min` or `none`"),
    ];
}
