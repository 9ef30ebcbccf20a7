return await Flyball.Cli.CommandLine.RunAsync(args, Flyball.Roles.RoleCommands.All());
