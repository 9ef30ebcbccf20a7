using System.CommandLine;

namespace Flyball.Cli.Commands;

/// <summary>Every command that asks a server.</summary>
internal static class ClientCommands
{
    public static IEnumerable<Command> All() =>
    [
        ApplyCommand.Create(),
        PsCommand.Create(),
        TopCommand.Create(),
        InspectCommand.Create(),
        LogsCommand.Create(),
        ExecCommand.Create(),
        ScaleCommand.Create(),
        WorkloadActions.Restart(),
        WorkloadActions.Stop(),
        WorkloadActions.Start(),
        WorkloadActions.Remove(),
        CatalogueCommands.Nodes(),
        CatalogueCommands.Endpoints(),
        CatalogueCommands.Sources(),
        RouteCommands.Create(),
        RouteCommands.OldList(),
        CertificateCommands.List(),
        CertificateCommands.Authority(),
        ConsumerCommands.Create(),
        EventsCommand.Create(),
        WhyCommand.Create(),
        AdviseCommand.Create(),
        QueryCommand.Create(),
        BackupCommands.Backup(),
        BackupCommands.Restore(),
        Doctor.DoctorCommand.Create(),
        VersionCommand.Create(),
        CompletionCommand.Create(),
    ];
}
