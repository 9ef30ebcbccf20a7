using Flyball.Store.CrashWriter;

// write DIRECTORY            commit for ever, print what was acknowledged
// backup DIRECTORY FILE      commit and back up for ever, print each finished backup
// restore DIRECTORY FILE     commit and restore for ever, print each finished restore
// freeze DIRECTORY           the content of the frozen data directory
string directory = args[1];
await using var workload = new Workload(directory);
switch (args[0])
{
    case "write":
        await workload.WriteAsync();
        return 0;
    case "backup":
        await workload.BackupAsync(args[2]);
        return 0;
    case "restore":
        await workload.RestoreAsync(args[2]);
        return 0;
    case "freeze":
        await workload.FreezeAsync();
        return 0;
    default:
        return 2;
}
