using Flyball.Metrics.Bench;

switch (args.FirstOrDefault())
{
    case "columns":
        ColumnSizes.Run(120);
        ColumnSizes.Run(480);
        break;
    default:
        Console.WriteLine("usage: columns");
        return 2;
}

return 0;
