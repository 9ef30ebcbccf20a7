using System.Globalization;
using Flyball.Contracts.Agent;

namespace Flyball.Scheduling.Reconciling;

/// <summary>What is wrong with an allocation, in words for people.</summary>
internal static class FailureText
{
    public static string Of(AllocationStatus? status)
    {
        if (status is null) return "its node has not answered yet";
        string exit = status.ExitCode is { } code
            ? string.Create(CultureInfo.InvariantCulture, $"exit code {code}") : "";
        string detail = status.Message.Length == 0 || status.Message == exit
            ? exit
            : exit.Length == 0 || status.Message.Contains(exit, StringComparison.OrdinalIgnoreCase)
                ? status.Message
                : $"{exit}, {status.Message}";
        return status switch
        {
            { CrashLooping: true } => Join("is crash-looping", detail),
            { Phase: AllocationPhase.Failed } => Join("failed", detail),
            { Phase: AllocationPhase.BackingOff } => Join("exited and is started again", detail),
            { Phase: AllocationPhase.Completed or AllocationPhase.Stopped } => Join("ended", detail),
            { Phase: AllocationPhase.Running, Health: HealthState.Critical } =>
                Join("fails its health check", status.Message),
            { Phase: AllocationPhase.Running, Health: HealthState.Passing } => "is healthy",
            { Phase: AllocationPhase.Running } => "runs, its health is not known yet",
            { Phase: AllocationPhase.Preparing } => Join("is being prepared", status.Message),
            { Phase: AllocationPhase.Starting } => "is starting",
            { Phase: AllocationPhase.Stopping } => "is stopping",
            { Phase: AllocationPhase.Lost } => "is lost with its node",
            _ => "is not started yet",
        };
    }

    private static string Join(string what, string detail) => detail.Length == 0 ? what : $"{what}: {detail}";
}
