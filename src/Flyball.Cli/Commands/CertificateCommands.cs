using System.CommandLine;
using System.Text.Json;
using Flyball.Cli.Connecting;

namespace Flyball.Cli.Commands;

/// <summary><c>ca</c> prints the platform's root certificate; <c>certificates</c> lists what was issued.</summary>
internal static class CertificateCommands
{
    public static Command Authority() =>
        new ClientCommand(
            "ca", "Prints the root certificate that routes with 'tls: internal' lead to.",
            "flyball ca > flyball-root.pem")
            .Runs(async (_, client, _, cancellation) =>
            {
                using HttpResponseMessage answer = await client.StreamAsync(
                    HttpMethod.Get, "/ca", null, cancellation);
                Console.Out.Write(await answer.Content.ReadAsStringAsync(cancellation));
                return ExitCodes.Ok;
            });

    public static Command List() =>
        new ClientCommand("certificates", "Lists the certificates of routes and when they end.", "flyball certificates")
            .Runs(async (_, client, printer, cancellation) =>
            {
                using JsonDocument answer = await client.GetAsync("/certificates", cancellation);
                printer.Table(
                    answer.RootElement,
                    ["host", "from", "until", "renewal", "problem"],
                    answer.RootElement.Items().Select(row => new[]
                    {
                        row.Text("host") ?? "-",
                        row.Text("source") ?? "-",
                        row.Text("notAfter") ?? "none yet",
                        row.Text("nextTry") ?? "-",
                        row.Text("problem") ?? "-",
                    }),
                    "No certificates were issued. Give a route 'tls: internal' or 'tls: acme'.");
                return ExitCodes.Ok;
            });
}
