using Flyball.Simulation.Machine;
using Microsoft.Extensions.Logging;

namespace Flyball.Simulation.Tracing;

/// <summary>
/// A process's log goes into the trace. What the platform itself calls an error is a violation, save those that tell of
/// a fault which was injected.
/// </summary>
internal sealed class TraceLogger<T>(SimulatedProcess process, Trace trace) : ILogger<T>
{
    /// <summary>
    /// The state of an allocation cannot be written (4010) and a driver failed (4011): the disk was full, the engine
    /// away.
    /// </summary>
    private static readonly int[] OfInjectedFaults = [4010, 4011];

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel)) return;
        string text = formatter(state, exception);
        if (logLevel >= LogLevel.Error && !OfInjectedFaults.Contains(eventId.Id))
            trace.Violate($"{process.Name} logged an error: {text} {exception}");
        else trace.Add(process.Name, text);
    }
}
