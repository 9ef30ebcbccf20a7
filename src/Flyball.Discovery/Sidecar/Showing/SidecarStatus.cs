using System.Text.Json.Serialization;
using Flyball.Discovery.Registrations;
using Flyball.Discovery.Sidecar.Registering;
using Flyball.Discovery.Sidecar.Using;

namespace Flyball.Discovery.Sidecar.Showing;

/// <summary>How a sidecar is, for people and scripts.</summary>
/// <param name="Ready">Everything it registers is in the catalogue, and everything it leads to has a back end.</param>
/// <param name="Lacks">What it waits for; empty when it is ready.</param>
/// <param name="Register">What it registers.</param>
/// <param name="Use">What it leads to.</param>
internal sealed record SidecarStatus(
    bool Ready, IReadOnlyList<string> Lacks, IReadOnlyList<SidecarStatus.Registration> Register,
    IReadOnlyList<SidecarStatus.Port> Use)
{
    public static SidecarStatus Of(RunningSidecar sidecar)
    {
        string[] lacks =
        [
            .. sidecar.IsStopping ? ["it stops"] : sidecar.IsStarted ? Array.Empty<string>() : ["it starts"],
            .. sidecar.Processes.All.Where(one => !one.IsRegistered).Select(one =>
                $"register: {one.Spec.Id} is not in the catalogue: {one.Problem ?? Unseen(one)}"),
            .. sidecar.Services.All.Where(one => one.Port.BackEnds.IsEmpty).Select(one =>
                $"use: {one.Port.Spec.Service} on {one.Port.Spec.Listen} has no back end: "
                + (one.Follower.Problem is { } problem ? $"the catalogue does not say: {problem}"
                    : "the catalogue knows none")),
        ];
        return new SidecarStatus(
            lacks.Length == 0, lacks, [.. sidecar.Processes.All.Select(Of)], [.. sidecar.Services.All.Select(Of)]);
    }

    private static string Unseen(RegisteredProcess one) =>
        one.Verdict is null ? "its checks have not looked yet" : "it was not told yet";

    private static Registration Of(RegisteredProcess one)
    {
        (CheckStatus Status, string Output)? seen = one.Verdict is { } verdict
            ? (verdict.Status, verdict.Output) : null;
        return new Registration(
            one.Spec.Id, one.Spec.Service, one.Spec.Port, one.IsRegistered, one.Told?.Name(),
            seen?.Status.Name(), seen?.Output, one.Problem);
    }

    private static Port Of(UsedService one) => new(
        one.Port.Spec.Service, one.Port.Spec.Listen.ToString(), one.Port.BackEnds.PassingCount,
        one.Port.BackEnds.CriticalCount, one.Port.BackEnds.LeftOutCount, one.Port.Connections, one.Follower.Problem);

    /// <summary>A registered process.</summary>
    internal sealed record Registration(
        string Id, string Service, int Port, bool Registered, string? Told, string? Status, string? Output,
        string? Problem);

    /// <summary>A local port.</summary>
    internal sealed record Port(
        string Service, string Listen, int Passing, int Critical, int LeftOut, int Connections, string? Problem);
}

/// <summary>The door's JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SidecarStatus))]
internal sealed partial class SidecarJson : JsonSerializerContext;
