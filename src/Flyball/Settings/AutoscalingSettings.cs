using Flyball.Autoscaling;

namespace Flyball.Settings;

/// <summary>The settings whose names begin with <c>scale-</c>, read into the module's options.</summary>
internal static class AutoscalingSettings
{
    public static readonly Setting Interval = new(
        "scale-interval", "15s", "How often autoscaling decides.");
    public static readonly Setting Window = new(
        "scale-window", "1m", "Over which time autoscaling takes rates and means; at least two intervals of metrics.");
    public static readonly Setting History = new(
        "scale-history", "8d", "How far back forecasts of demand learn after a start.");

    public static readonly IReadOnlyList<Setting> All = [Interval, Window, History];

    /// <param name="values">What was set, and where problems go.</param>
    public static AutoscalingOptions Read(ISettingValues values) => new()
    {
        Interval = values.Duration(Interval, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5)),
        Window = values.Duration(Window, TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(30)),
        History = values.Duration(History, TimeSpan.Zero, TimeSpan.FromDays(35)),
    };
}
