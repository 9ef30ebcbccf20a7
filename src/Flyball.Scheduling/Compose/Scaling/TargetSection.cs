using Flyball.Contracts.Autoscaling;
using Flyball.Scheduling.Compose.Values;

namespace Flyball.Scheduling.Compose.Scaling;

/// <summary><c>x-scale.target</c>: values to hold.</summary>
internal static class TargetSection
{
    private static readonly (string Key, ScaleSignal Signal)[] Keys =
    [
        ("cpu", ScaleSignal.Cpu), ("memory", ScaleSignal.Memory),
        ("requests_per_second", ScaleSignal.RequestsPerSecond), ("concurrency", ScaleSignal.Concurrency),
    ];

    public static IReadOnlyList<ScaleTarget> Read(Field target)
    {
        if (target.Exists) _ = target.Entries();
        var read = new List<ScaleTarget>();
        foreach ((string key, ScaleSignal signal) in Keys)
        {
            bool isShare = ScaleText.IsShare(signal);
            double? value = isShare ? ScaleText.ReadShare(target[key], 1) : ScaleText.ReadPositive(target[key]);
            if (value is { } given)
                read.Add(new ScaleTarget { Signal = signal, Value = given, PerReplica = !isShare });
        }
        foreach (Field query in ScaleText.ReadItems(target["queries"]))
            if (ReadQuery(query) is { } one) read.Add(one);
        return read;
    }

    private static ScaleTarget? ReadQuery(Field field)
    {
        if (field.IsScalar)
        {
            field.Error("a query is a mapping", "{ query: sum(jobs_waiting), per_replica: 30 }");
            return null;
        }
        string? query = ScaleText.ReadQuery(field["query"]);
        double? perReplica = ScaleText.ReadPositive(field["per_replica"]);
        double? value = ScaleText.ReadPositive(field["value"]);
        if (!field["query"].Exists) field.Error("needs a query", "query: sum(jobs_waiting)");
        if (field["per_replica"].Exists == field["value"].Exists) field.Error("needs one of per_replica and value");
        if (query is null || (perReplica ?? value) is not { } wanted) return null;
        return new ScaleTarget
        {
            Signal = ScaleSignal.Query, Query = query, Value = wanted, PerReplica = perReplica is not null,
        };
    }
}
