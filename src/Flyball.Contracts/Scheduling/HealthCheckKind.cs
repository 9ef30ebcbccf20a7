namespace Flyball.Contracts.Scheduling;

/// <summary>The kinds of health check.</summary>
public enum HealthCheckKind
{
    /// <summary>A GET that answers 200 to 399.</summary>
    Http,

    /// <summary>A connection that is accepted.</summary>
    Tcp,

    /// <summary>A program run in the task's environment; exit code 0 is healthy.</summary>
    Command,

    /// <summary>One line given to the task's <c>/bin/sh -c</c>; exit code 0 is healthy.</summary>
    Shell,

    /// <summary>The image's own HEALTHCHECK, read from the engine.</summary>
    Container,
}
