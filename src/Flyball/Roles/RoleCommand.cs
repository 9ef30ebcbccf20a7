using System.CommandLine;
using Flyball.Settings;
using Microsoft.Extensions.Options;

namespace Flyball.Roles;

/// <summary>
/// A command that runs a role until it is told to stop: settings from flags, environment and file, checked at once.
/// </summary>
internal sealed class RoleCommand : Command
{
    private readonly Dictionary<Setting, Option<string?>> options = [];
    private readonly Option<string?> config = new("--config")
    {
        Description = $"A JSON file with settings (FLYBALL_CONFIG). [default: DATA/{SettingsReader.FileName} if it is there]",
    };

    public RoleCommand(string name, string description, string example, IReadOnlyList<Setting> settings)
        : base(name, $"{description}\n\nExample:\n  {example}")
    {
        foreach (Setting setting in settings.Append(Setting.LogLevel))
        {
            var option = new Option<string?>(setting.Flag)
            {
                Description = $"{setting.Description} ({setting.Variable}){(setting.Default.Length > 0 ? $" [default: {setting.Default}]" : "")}",
            };
            options.Add(setting, option);
            Add(option);
        }

        Add(config);
    }

    /// <param name="run">The role.</param>
    /// <param name="endsOnHangUp">Else the role hears SIGHUP itself.</param>
    public RoleCommand Runs(
        Func<ParseResult, ServerSettings, CancellationToken, Task<int>> run, bool endsOnHangUp = true)
    {
        SetAction(async (parsed, cancellation) =>
        {
            (ServerSettings? settings, IReadOnlyList<string> problems) = SettingsReader.Read(
                setting => options.TryGetValue(setting, out Option<string?>? option) ? parsed.GetValue(option) : null,
                parsed.GetValue(config),
                Environment.GetEnvironmentVariable);
            if (settings is null)
            {
                foreach (string problem in problems) await Console.Error.WriteLineAsync(problem);
                return RoleExit.Usage;
            }

            try
            {
                if (!endsOnHangUp) return await run(parsed, settings, cancellation);
                using var hangUp = new HangUp(cancellation);
                return await run(parsed, settings, hangUp.Token);
            }
            catch (OptionsValidationException refused)
            {
                foreach (string problem in refused.Failures) await Console.Error.WriteLineAsync(problem);
                return RoleExit.Usage;
            }
            catch (RoleFailure failure)
            {
                await Console.Error.WriteLineAsync(failure.Message);
                return failure.ExitCode;
            }
        });
        return this;
    }
}
