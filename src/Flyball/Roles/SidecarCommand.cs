using System.CommandLine;
using Flyball.Discovery;
using Flyball.Settings;

namespace Flyball.Roles;

/// <summary>
/// <c>flyball sidecar</c>: a process beside others that keeps them in the catalogue and leads to services.
/// </summary>
internal static class SidecarCommand
{
    private const string UsualFile = "sidecar.yaml";

    public static Command Create()
    {
        var file = new Option<string?>("--file", "-f")
            { Description = $"What to register and to use. [default: {UsualFile}; none with --register or --use]" };
        var register = new Option<string[]>("--register")
            { Description = "SERVICE=PORT: registers what listens on the port, checked by a connection." };
        var use = new Option<string[]>("--use")
            { Description = "SERVICE=PORT: 127.0.0.1:PORT leads to the service." };
        var catalogue = new Option<string?>("--catalogue")
            { Description = $"A server's Consul door. [default: the file's, or {SidecarOptions.UsualCatalogue}]" };
        var listen = new Option<string?>("--listen")
        {
            Description = "Address of /healthz, /status and /metrics, or none. [default: the file's, or "
                + $"{SidecarOptions.UsualListen}]",
        };
        var check = new Option<bool>("--check") { Description = "Only reads the file, and says what it means." };
        return new RoleCommand(
            "sidecar",
            "Registers and checks local processes, and leads a local port to each service they use. SIGHUP reads the "
            + "file again.",
            "flyball sidecar --register cart=9000 --use stock=9101", [Setting.Data])
            { file, register, use, catalogue, listen, check }
            .Runs(
                (parsed, settings, cancellation) =>
                {
                    string[] registers = parsed.GetValue(register) ?? [];
                    string[] uses = parsed.GetValue(use) ?? [];
                    bool isUsual = registers.Length + uses.Length == 0;
                    var options = new SidecarOptions
                    {
                        File = parsed.GetValue(file) ?? (isUsual ? UsualFile : null),
                        DataDirectory = settings.DataDirectory,
                        Registers = registers,
                        Uses = uses,
                        Catalogue = parsed.GetValue(catalogue),
                        Listen = parsed.GetValue(listen),
                    };
                    return SidecarRole.RunAsync(options, settings, parsed.GetValue(check), cancellation);
                },
                endsOnHangUp: false);
    }
}
