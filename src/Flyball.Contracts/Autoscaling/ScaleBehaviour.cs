namespace Flyball.Contracts.Autoscaling;

/// <summary>How fast replicas may change in one direction.</summary>
public sealed record ScaleBehaviour
{
    /// <summary>
    /// Targets are followed down only to the highest, and up only to the lowest, that they asked for in this window.
    /// </summary>
    public TimeSpan Window { get; set; }

    public IReadOnlyList<ScaleLimit> Limits { get; set; } = [];

    public ScaleChoice Select { get; set; } = ScaleChoice.Max;

    /// <summary>Kubernetes' default: no window, doubling or four replicas in 15 s, whichever is more.</summary>
    public static ScaleBehaviour DefaultUp { get; } = new()
    {
        Limits =
        [
            new ScaleLimit { Percent = 1, Period = TimeSpan.FromSeconds(15) },
            new ScaleLimit { Replicas = 4, Period = TimeSpan.FromSeconds(15) },
        ],
    };

    /// <summary>Kubernetes' default: a window of five minutes, then at once.</summary>
    public static ScaleBehaviour DefaultDown { get; } = new()
    {
        Window = TimeSpan.FromMinutes(5),
        Limits = [new ScaleLimit { Percent = 1, Period = TimeSpan.FromSeconds(15) }],
    };
}
