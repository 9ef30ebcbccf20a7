using System.Runtime.InteropServices;
using Flyball.Discovery;
using Flyball.Hosting;
using Flyball.Settings;

namespace Flyball.Roles;

/// <summary>A sidecar until it is told to stop: it needs the server to learn of changes, not to serve.</summary>
internal static class SidecarRole
{
    /// <param name="options">File and flags.</param>
    /// <param name="settings">Where its data is, and how much it logs.</param>
    /// <param name="onlyChecks">Says what file and flags mean, and starts nothing.</param>
    /// <param name="cancellation">Ends it, in order.</param>
    public static async Task<int> RunAsync(
        SidecarOptions options, ServerSettings settings, bool onlyChecks, CancellationToken cancellation)
    {
        string meaning = SidecarDoors.DescribeSidecar(options);
        if (onlyChecks)
        {
            Console.Out.WriteLine(meaning);
            return RoleExit.Ok;
        }

        using DataDirectory data = DataDirectory.Open(settings.DataDirectory);
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.AddPlatformLogging(settings.LogLevel);
        // What fails at the start is told to whoever started it, in one line.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        builder.Services.AddPlatform();
        builder.Services.AddSingleton<IHostLifetime, CommandLifetime>();
        // The longest drain, and the last words.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(80));
        builder.Services.AddSidecar(options);
        using IHost host = builder.Build();
        using PosixSignalRegistration reload = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            if (options.File is not null) _ = host.Services.ReloadSidecarAsync();
        });
        await host.StartAsync(CancellationToken.None);
        Console.Out.WriteLine(meaning);
        await host.WaitForShutdownAsync(cancellation);
        return RoleExit.Ok;
    }
}
