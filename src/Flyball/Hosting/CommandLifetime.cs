namespace Flyball.Hosting;

/// <summary>
/// The command line hears the signals and ends the role; a host that heard them as well would take a Ctrl-C in the
/// middle of its start for a failure.
/// </summary>
internal sealed class CommandLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
