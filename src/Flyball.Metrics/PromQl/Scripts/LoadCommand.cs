using Flyball.Metrics.Model;

namespace Flyball.Metrics.PromQl.Scripts;

/// <summary>Samples to add: each series' points at multiples of a step from time 0.</summary>
internal sealed class LoadCommand(long stepMs, bool withCustomBuckets)
{
    private readonly List<(Labels Labels, List<ScriptValue> Values, List<long?>? StartsMs)> series = [];

    public void Add(Labels labels, List<ScriptValue> values, List<long?>? startsMs) =>
        series.Add((labels, values, startsMs));

    public void Execute(MemoryStore store)
    {
        var conversion = new ClassicConversion();
        foreach ((Labels labels, List<ScriptValue> values, List<long?>? starts) in series)
        {
            for (int i = 0; i < values.Count; i++)
            {
                if (values[i].IsOmitted) continue;
                long time = i * stepMs;
                long start = starts?[i] is { } offset ? time + offset : 0;
                store.Add(labels, new MemorySample(time, values[i].Value, values[i].Histogram, start));
                if (withCustomBuckets && values[i].Histogram is null) conversion.Add(labels, time, values[i].Value);
            }
        }

        conversion.AddTo(store);
    }
}
