using Flyball.Contracts.Telemetry.Reporting;

namespace Flyball.Agent.Hosts;

/// <summary>How well the kernel's clock is kept, as <c>adjtimex</c> tells it.</summary>
internal sealed class ClockReader : IHostReader
{
    private const double MicrosecondsPerSecond = 1e6;
    private const double NanosecondsPerSecond = 1e9;

    public void Read(SampleWriter into)
    {
        var clock = new LibC.Clock();
        int state = LibC.AdjustTime(ref clock);
        if (state < 0) return;
        double perSecond = (clock.Status & LibC.Clock.InNanoseconds) != 0 ? NanosecondsPerSecond
            : MicrosecondsPerSecond;
        into.Add("node_timex_sync_status", state == LibC.Clock.NotKept ? 0 : 1);
        into.Add("node_timex_offset_seconds", clock.Offset / perSecond);
        into.Add("node_timex_maxerror_seconds", clock.ErrorMax / MicrosecondsPerSecond);
        into.Add("node_timex_estimated_error_seconds", clock.Error / MicrosecondsPerSecond);
        if (!into.WantsDescriptions) return;
        into.Describe("node_timex_sync_status", "gauge", "1 when the clock is kept by a server's, else 0.");
        into.Describe("node_timex_offset_seconds", "gauge", "How far off the clock is.", "seconds");
        into.Describe("node_timex_maxerror_seconds", "gauge", "How far off it may be at most.", "seconds");
        into.Describe("node_timex_estimated_error_seconds", "gauge", "How far off it may well be.", "seconds");
    }
}
