using Flyball.Contracts.Gateway;
using Flyball.Scheduling.Compose.Values;

namespace Flyball.Scheduling.Compose.Routes;

/// <summary><c>fault</c>: faults made on purpose.</summary>
internal static class FaultSection
{
    private static readonly TimeSpan DelayMax = TimeSpan.FromMinutes(1);

    public static RouteFault? Read(Field field)
    {
        if (!field.Exists) return null;
        TimeSpan? delay = field["delay"].Duration();
        if (delay > DelayMax) field["delay"].Error("must be at most 1m");
        int? abort = field["abort"].Int(400, 599);
        if (!field["delay"].Exists && !field["abort"].Exists) field.Error("needs a delay or an abort");
        return new RouteFault
        {
            Delay = delay,
            DelayPercent = RouteText.Percent(field["delay_percent"]) ?? 100,
            Abort = abort,
            AbortPercent = RouteText.Percent(field["abort_percent"]) ?? 100,
        };
    }
}
