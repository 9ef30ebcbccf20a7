using Flyball.Base.Disk;
using Flyball.Base.Work;
using Flyball.Contracts.Telemetry.Meters;
using Flyball.Discovery.Sidecar;
using Flyball.Discovery.Sidecar.Configuring;
using Flyball.Discovery.Sidecar.Showing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Flyball.Discovery;

/// <summary>The doors of the sidecar: a process beside others, which need to know nothing of the catalogue.</summary>
public static class SidecarDoors
{
    /// <summary>
    /// Registers and checks local processes, and leads local ports to services. Expects <see cref="TimeProvider"/>,
    /// <see cref="Random"/> for any thread, <see cref="IDisk"/> and <see cref="IWorkers"/>.
    /// </summary>
    /// <exception cref="OptionsValidationException">The file or a flag is wrong; the message lists every
    /// problem.</exception>
    public static IServiceCollection AddSidecar(this IServiceCollection services, SidecarOptions options)
    {
        SidecarSpec spec = Read(options);
        // Made now, before anything is built that counts: a listener sees only what comes after it.
        var meters = new OwnMeters();
        services.AddLogging();
        services.AddSingleton(_ => meters);
        services.AddSingleton(provider => new RunningSidecar(
            options, spec,
            new SidecarParts(
                provider.GetRequiredService<IDisk>(), provider.GetRequiredService<IWorkers>(),
                provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<Random>()),
            provider.GetRequiredService<ILogger<RunningSidecar>>()));
        services.AddSingleton<SidecarMetrics>();
        services.AddSingleton<SidecarDoor>();
        services.AddHostedService<SidecarService>();
        return services;
    }

    /// <summary>What the file and the flags say, in a sentence; nothing is started.</summary>
    /// <exception cref="OptionsValidationException">They are wrong; the message lists every problem.</exception>
    public static string DescribeSidecar(SidecarOptions options)
    {
        SidecarSpec spec = Read(options);
        string registers = spec.Register.Count == 0 ? "nothing"
            : string.Join(", ", spec.Register.Select(Text));
        string uses = spec.Use.Count == 0 ? "nothing"
            : string.Join(", ", spec.Use.Select(one => $"{one.Service} by {one.Listen}"));
        string door = spec.Listen is { } listen ? $"http://{listen}/healthz" : "no door of its own";
        return $"Registers {registers}; uses {uses}; catalogue {spec.Catalogue}; {door}";
    }

    /// <summary>
    /// Reads the file again and changes what is different; what is wrong is logged and changes nothing.
    /// </summary>
    public static Task ReloadSidecarAsync(this IServiceProvider services) =>
        services.GetRequiredService<RunningSidecar>().ReloadAsync();

    private static string Text(RegisterSpec one) => FormattableString.Invariant($"{one.Service} on {one.Port}");

    private static SidecarSpec Read(SidecarOptions options)
    {
        (SidecarSpec? spec, IReadOnlyList<string> problems) = SidecarReader.Read(options);
        return spec ?? throw new OptionsValidationException("sidecar", typeof(SidecarOptions), problems);
    }
}
