namespace Flyball.Contracts.Journal;

/// <summary>How much an event matters.</summary>
public enum EventSeverity
{
    Info,
    Warning,
    Error,
}
